diesel::table! {
    /// @index (tags) using gin
    posts (id) {
        /// @serial
        id -> Integer,
        scores -> Array<Nullable<BigInt>>,
        /// @default '{}'
        tags -> Array<Nullable<Text>>,
        /// @type numeric(6, 2)[]
        prices -> Nullable<Array<Nullable<Numeric>>>,
    }
}
