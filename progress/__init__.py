"""What learners did: enrolments, completions, attempts, responses, marks; and the pages they see of a course."""
