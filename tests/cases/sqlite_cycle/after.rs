diesel::table! {
    teams (id) {
        id -> Integer,
        name -> Text,
        /// @references people(id) on delete cascade
        leader_id -> Nullable<Integer>,
    }
}

diesel::table! {
    people (id) {
        id -> Integer,
        /// @references teams(id) on delete cascade
        team_id -> Nullable<Integer>,
    }
}
