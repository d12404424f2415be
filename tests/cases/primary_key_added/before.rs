diesel::table! {
    /// @keyless
    readings (at) {
        at -> Integer,
        value -> Double,
    }
}
