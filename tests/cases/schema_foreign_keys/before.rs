diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
    }
}

pub mod billing {
    diesel::table! {
        billing.invoices (id) {
            /// @serial
            id -> Integer,
            user_id -> Integer,
        }
    }

    diesel::table! {
        billing.items (id) {
            /// @serial
            id -> Integer,
            invoice_id -> Integer,
        }
    }
}
