diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
    }
}

diesel::table! {
    /// @index (user_id, created_at)
    /// @check posts_views_counted (views >= 0)
    /// @unique (user_id, title)
    posts (id) {
        /// @serial
        id -> BigInt,
        /// @references users(id) on delete cascade
        user_id -> Integer,
        #[max_length = 100]
        title -> Varchar,
        body -> Nullable<Text>,
        /// @default 0
        views -> Integer,
        /// @default false
        published -> Bool,
        /// @type numeric(10, 2)
        /// @default 0
        price -> Numeric,
        /// @default CURRENT_TIMESTAMP
        created_at -> Timestamp,
    }
}
