diesel::table! {
    seats (room, number) {
        room -> Integer,
        number -> Integer,
        #[max_length = 80]
        who -> Nullable<Varchar>,
    }
}
