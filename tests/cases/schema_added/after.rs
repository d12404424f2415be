diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
    }
}

pub mod billing {
    diesel::table! {
        /// @index (user_id)
        billing.invoices (id) {
            /// @serial
            id -> Integer,
            /// @references users(id) on delete restrict
            user_id -> Integer,
            /// @check (cents >= 0)
            cents -> BigInt,
        }
    }
}
