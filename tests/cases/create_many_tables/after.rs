diesel::table! {
    aisles (id) {
        /// @serial
        id -> Integer,
        /// @references warehouses(id)
        warehouse_id -> Integer,
    }
}

diesel::table! {
    bins (id) {
        /// @serial
        id -> Integer,
        /// @references shelves(id) on delete cascade
        shelf_id -> Integer,
        /// @references users(id)
        keeper_id -> Nullable<Integer>,
    }
}

diesel::table! {
    items (bin_id, sku) {
        /// @references bins(id)
        bin_id -> Integer,
        #[max_length = 20]
        sku -> Varchar,
        amount -> Integer,
    }
}

diesel::table! {
    shelves (id) {
        /// @serial
        id -> Integer,
        /// @references aisles(id)
        aisle_id -> Integer,
    }
}

diesel::table! {
    /// @references (bin_id, sku) items(bin_id, sku) on delete cascade
    tallies (id) {
        /// @serial
        id -> Integer,
        bin_id -> Integer,
        #[max_length = 20]
        sku -> Varchar,
    }
}

diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
    }
}

diesel::table! {
    warehouses (id) {
        /// @serial
        id -> Integer,
        name -> Text,
    }
}
