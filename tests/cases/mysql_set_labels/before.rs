diesel::table! {
    people (id) {
        /// @serial
        id -> Integer,
        /// @type set('a','b')
        roles -> Nullable<Text>,
    }
}
