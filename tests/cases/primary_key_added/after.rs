diesel::table! {
    /// @index (value)
    readings (at) {
        at -> Integer,
        value -> Double,
    }
}
