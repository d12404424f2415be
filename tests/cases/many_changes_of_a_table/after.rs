diesel::table! {
    /// @check users_score_counted (score >= 0)
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @default 2
        age -> BigInt,
        /// @renamed_from email
        #[max_length = 80]
        address -> Nullable<Varchar>,
        /// @default 0
        score -> Integer,
        /// @index
        born -> Nullable<Date>,
    }
}
