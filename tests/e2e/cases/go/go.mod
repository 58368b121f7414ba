module example.test/store

go 1.22
