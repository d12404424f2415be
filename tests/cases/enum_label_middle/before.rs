pub mod sql_types {
    /// @enum 'sad', 'happy'
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "mood"))]
    pub struct Mood;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Mood;

    people (id) {
        /// @serial
        id -> Integer,
        /// @default 'sad'
        mood -> Mood,
    }
}
