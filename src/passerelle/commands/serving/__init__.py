"""`passerelle run`: the processes of the product, and who watches over them."""
