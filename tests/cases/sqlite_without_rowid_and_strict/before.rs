diesel::table! {
    settings (name) {
        name -> Text,
        /// @type any
        value -> Nullable<Binary>,
    }
}

diesel::table! {
    counts (name) {
        name -> Text,
        /// @type int
        value -> Nullable<Integer>,
    }
}
