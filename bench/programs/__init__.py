"""Programs that rows run in processes of their own."""
