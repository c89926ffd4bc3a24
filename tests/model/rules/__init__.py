"""The rules of a model, by topic. Each file is a class that `machine.EVERYTHING` names."""
