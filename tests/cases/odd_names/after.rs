diesel::table! {
    /// @index (group)
    /// @check "a check" (length('x') = 1)
    order (id) {
        /// @serial
        id -> Integer,
        #[sql_name = "Select"]
        select_ -> Text,
        #[sql_name = "two words"]
        /// @default 1
        two_words -> Integer,
        /// @renamed_from "it's"
        #[sql_name = "that's"]
        thats -> Nullable<Text>,
        #[sql_name = "back`tick"]
        #[max_length = 20]
        backtick -> Nullable<Varchar>,
        #[sql_name = "dou\"ble"]
        double -> Nullable<Integer>,
        #[sql_name = "percent%"]
        percent -> Nullable<Integer>,
        #[sql_name = "group"]
        group -> Nullable<Integer>,
    }
}
