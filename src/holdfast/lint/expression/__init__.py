"""GitHub's expression language: `${{ github.ref == 'refs/heads/main' }}`, as its own parser reads it."""
