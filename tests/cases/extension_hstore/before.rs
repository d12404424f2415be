diesel::table! {
    things (id) {
        /// @serial
        id -> Integer,
    }
}
