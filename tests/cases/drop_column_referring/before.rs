diesel::table! {
    teams (id) {
        /// @serial
        id -> Integer,
        name -> Text,
    }
}

diesel::table! {
    users (id) {
        /// @serial
        id -> Integer,
        name -> Text,
        /// @references teams(id) on delete cascade
        team_id -> Integer,
    }
}
