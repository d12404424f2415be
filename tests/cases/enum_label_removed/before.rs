pub mod sql_types {
    /// @enum 'sad', 'ok', 'happy'
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "mood"))]
    pub struct Mood;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Mood;

    /// @index people_happy (id) where mood = 'happy'
    /// @check people_mood_known (mood <> 'ok')
    people (id) {
        /// @serial
        id -> Integer,
        /// @default 'sad'
        mood -> Mood,
        moods -> Array<Nullable<Mood>>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Mood;

    pets (id) {
        /// @serial
        id -> Integer,
        /// @index
        mood -> Nullable<Mood>,
    }
}
