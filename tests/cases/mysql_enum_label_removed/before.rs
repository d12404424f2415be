pub mod sql_types {
    /// @enum 'sad', 'ok', 'happy'
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(mysql_type(name = "Enum"))]
    pub struct PeopleMood;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::PeopleMood;

    people (id) {
        /// @serial
        id -> Integer,
        /// @default 'sad'
        mood -> PeopleMood,
    }
}
