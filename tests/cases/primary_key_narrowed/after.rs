diesel::table! {
    seats (number) {
        room -> Integer,
        number -> Integer,
        #[max_length = 80]
        who -> Nullable<Varchar>,
    }
}
