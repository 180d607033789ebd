"""The registers as other tools ask them: may I write to this address, may I touch these data?"""
