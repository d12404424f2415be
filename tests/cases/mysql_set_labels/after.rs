diesel::table! {
    people (id) {
        /// @serial
        id -> Integer,
        /// @type set('a','b','c')
        roles -> Nullable<Text>,
    }
}
