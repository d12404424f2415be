diesel::table! {
    orders (shop, number) {
        shop -> Integer,
        number -> Integer,
        placed -> Nullable<Date>,
    }
}

diesel::table! {
    /// @references (shop, number) orders(shop, number) on delete cascade
    items (id) {
        /// @serial
        id -> Integer,
        shop -> Integer,
        number -> Integer,
        amount -> Integer,
    }
}
