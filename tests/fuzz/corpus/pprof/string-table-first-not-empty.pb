


""
""* * 2oops2inuse_objects2count2inuse_space2bytes2	main.leak2	main.main2a.goH€€Ü‚ìš‹