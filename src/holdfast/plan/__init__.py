"""What a workflow will hold, decided from a spec: pure."""
