"""Packages that the evaluation needs beside the product's, by the module that they bring."""

EVALUATION = {
    "sklearn": "scikit-learn",
    "scipy": "scipy",
    "krippendorff": "krippendorff",
    "filelock": "filelock",
    "jiwer": "jiwer",
}
RAY = {"ray": "ray"}
