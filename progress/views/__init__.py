"""The pages of learning, from the catalogue to the result, and what their forms do."""
