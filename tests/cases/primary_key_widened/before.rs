diesel::table! {
    seats (number) {
        number -> Integer,
        room -> Integer,
        #[max_length = 80]
        who -> Nullable<Varchar>,
    }
}
