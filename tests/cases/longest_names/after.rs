diesel::table! {
    a_table_with_a_name_as_long_as_postgresql_lets_it_be_which_is_6 (id) {
        /// @serial
        id -> Integer,
        #[max_length = 20]
        /// @index
        /// @unique
        a_column_with_a_name_as_long_as_postgresql_lets_it_be_which_ -> Varchar,
        /// @check (b_column_with_a_name_as_long_as_postgresql_lets_it_be_which_ > 0)
        /// @index
        /// @references a_table_with_a_name_as_long_as_postgresql_lets_it_be_which_is_6(id)
        b_column_with_a_name_as_long_as_postgresql_lets_it_be_which_ -> Nullable<Integer>,
    }
}
