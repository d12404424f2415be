diesel::table! {
    readings (at) {
        at -> Integer,
        value -> Double,
    }
}
