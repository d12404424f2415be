diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
    }
}

pub mod billing {
    diesel::table! {
        /// @index (made desc)
        billing.invoices (id) {
            /// @serial
            id -> Integer,
            /// @references users(id) on delete cascade
            user_id -> Integer,
            /// @default now()
            made -> Timestamptz,
        }
    }

    diesel::table! {
        billing.items (id) {
            /// @serial
            id -> Integer,
            /// @references billing.invoices(id) on delete cascade
            invoice_id -> Integer,
        }
    }
}
