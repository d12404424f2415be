//! The shop's tables, as `migrations/` makes them. Edit them, then `manage makemigrations`.

diesel::table! {
    /// Who orders.
    customers (id) {
        id -> Integer,
        #[max_length = 200]
        name -> Varchar,
        /// @default CURRENT_TIMESTAMP
        created_at -> Timestamp,
        #[max_length = 254]
        email -> Nullable<Varchar>,
    }
}

diesel::table! {
    /// What can be ordered.
    ///
    /// @check products_price_positive (price >= 0)
    products (sku) {
        #[max_length = 40]
        sku -> Varchar,
        #[max_length = 200]
        name -> Varchar,
        /// @default 'general'
        #[max_length = 40]
        category -> Varchar,
        /// @type numeric(10, 2)
        price -> Numeric,
    }
}

diesel::table! {
    /// Orders placed by a customer.
    ///
    /// @index orders_status_placed_at (status, placed_at)
    orders (id) {
        id -> Integer,
        /// @references orders_customer customers(id)
        customer_id -> Integer,
        /// @default 'open'
        #[max_length = 20]
        status -> Varchar,
        /// @default CURRENT_TIMESTAMP
        placed_at -> Timestamp,
    }
}

diesel::table! {
    /// What an order is made of.
    order_items (order_id, product_sku) {
        /// @references order_items_order orders(id) on delete cascade
        order_id -> Integer,
        /// @references order_items_product products(sku)
        #[max_length = 40]
        product_sku -> Varchar,
        quantity -> Integer,
    }
}

diesel::joinable!(orders -> customers (customer_id));
diesel::joinable!(order_items -> orders (order_id));
diesel::joinable!(order_items -> products (product_sku));

diesel::allow_tables_to_appear_in_same_query!(customers, products, orders, order_items);
