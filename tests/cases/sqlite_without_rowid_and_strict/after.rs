diesel::table! {
    settings (name) {
        name -> Text,
        /// @type any
        value -> Binary,
    }
}

diesel::table! {
    counts (name) {
        name -> Text,
        /// @type int
        /// @default 0
        value -> Integer,
    }
}
