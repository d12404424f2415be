diesel::table! {
    /// @index adults (name) where age >= 18
    /// @index names (lower(name), age desc) unique
    /// @unique (name, age)
    users (id) {
        id -> Integer,
        name -> Text,
        age -> Nullable<Integer>,
    }
}
