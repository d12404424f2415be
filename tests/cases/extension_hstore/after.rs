pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "hstore"))]
    pub struct Hstore;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Hstore;

    /// @index (attributes) using gin
    things (id) {
        /// @serial
        id -> Integer,
        /// @default ''
        attributes -> Hstore,
    }
}
