diesel::table! {
    /// @keyless
    /// @index (value)
    readings (at) {
        at -> Integer,
        value -> Double,
    }
}
