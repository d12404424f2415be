diesel::table! {
    countries (code) {
        id -> Integer,
        #[max_length = 2]
        code -> Varchar,
        #[max_length = 80]
        name -> Varchar,
    }
}
