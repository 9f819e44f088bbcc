"""The wire: what a document may say, and how it becomes the domain's own objects and comes back."""
