"""The site around the courses: home page, standard pages, site search."""
