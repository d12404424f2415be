diesel::table! {
    orders (shop, number) {
        shop -> Integer,
        number -> Integer,
        placed -> Nullable<Date>,
    }
}

diesel::table! {
    items (id) {
        /// @serial
        id -> Integer,
        shop -> Integer,
        number -> Integer,
        amount -> Integer,
    }
}
