print("distsh")
