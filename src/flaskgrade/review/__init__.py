"""What people say of a submission: questions to ask, marks, points given by hand."""
