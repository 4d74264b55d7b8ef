"""One box for names, products, events and documents."""
