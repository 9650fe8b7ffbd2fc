data "maas_workspace" "this" {
  name = var.name

  lifecycle {
    postcondition {
      condition     = length(var.owners) == 0 || contains(var.owners, self.owner)
      error_message = "The workspace ${self.name} belongs to ${self.owner}."
    }
  }
}
