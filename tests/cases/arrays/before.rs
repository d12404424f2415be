diesel::table! {
    posts (id) {
        /// @serial
        id -> Integer,
        scores -> Array<Nullable<Integer>>,
        tags -> Nullable<Array<Nullable<Text>>>,
    }
}
