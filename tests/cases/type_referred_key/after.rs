diesel::table! {
    posts (id) {
        /// @serial
        id -> Integer,
        /// @references users(id) on delete cascade
        user_id -> BigInt,
    }
}

diesel::table! {
    users (id) {
        /// @serial
        id -> BigInt,
        /// @references users(id)
        friend_id -> Nullable<BigInt>,
        name -> Text,
    }
}
